"""From retrieved passages to an answer: sentences are judged, chosen, composed and cited, or the answer abstains.

`judging` asks the rules of `evidence` of every sentence, `extractive` chooses, `compose` cites, and `abstention` says
how sure that is.
"""
