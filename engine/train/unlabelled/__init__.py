"""HiddenSinger-U: learning to sing from recordings without words (decision 0008)."""
