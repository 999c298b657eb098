"""The command `spacekit`: one module a command, and the parser that knows them all."""
