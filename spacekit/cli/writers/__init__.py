"""The formats of tables that commands write: `formats` lists them; one module for each kind of file."""
