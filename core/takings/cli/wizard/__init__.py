"""The setup of an integration at a terminal and from a file; `takings setup` is the command."""
