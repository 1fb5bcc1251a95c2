"""What the program costs, as ratios within one run: `make bench`."""
