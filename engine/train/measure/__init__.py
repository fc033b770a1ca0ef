"""How good a voice is, in figures: pitch, words, codec, speed and determinism (`engine.train.bench_sing`)."""
