"""Lists that come in, whatever they are lists of: read within bounds, each line told of. A process has its own columns in its folder."""
