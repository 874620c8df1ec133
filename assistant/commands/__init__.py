"""The subcommands of `assistant`, a file each; `assistant.cli` puts them together."""
