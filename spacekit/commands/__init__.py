"""What each command of `spacekit` takes and does, one module a command. The parser and the exit codes are in `cli`."""
