"""HiddenSinger at the size of the paper (arXiv 2306.06814), beside the smaller voices that are shipped."""
