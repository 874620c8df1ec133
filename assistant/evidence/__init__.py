"""Evidence: what a sentence says, whether it bears out what a question names, and where it stands in its document.

`sentences` splits passages and computes the features, `constraints` asks every rule; the others are a rule each.
"""
