"""What a share shows: its prefix's documents, in pieces, with links of the share's own."""
