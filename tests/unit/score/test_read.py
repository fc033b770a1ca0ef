import pytest

from engine.errors import InputError
from engine.score import read, read_score, read_score_bytes, write_midi


def test_content_decides_not_the_suffix(tmp_path, build_midi, sung):
    path = tmp_path / "song.musicxml"
    path.write_bytes(build_midi(sung(["a"])))
    assert read_score(path).notes[0].lyric == "a"
    assert read_score(str(path)) == read_score_bytes(path.read_bytes())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lyrics_beside_the_clip(tmp_path, build_midi, sung, encoding):
    clip, lyrics = tmp_path / "clip.mid", tmp_path / "clip.lyrics.txt"
    clip.write_bytes(build_midi(sung([None, None])))
    lyrics.write_bytes("fü-nf".encode(encoding))
    score = read_score(clip, lyrics)
    assert [n.lyric for n in score.notes] == ["fü", "nf"]
    assert not score.problems


def test_files_that_are_not_there(tmp_path, build_midi, sung, monkeypatch):
    with pytest.raises(InputError, match="folder"):
        read_score(tmp_path)
    with pytest.raises(InputError, match="no file"):
        read_score(tmp_path / "none.mid")
    with pytest.raises(InputError, match="cannot be opened"):
        read_score("a\0b.mid")
    empty = tmp_path / "empty.mid"
    empty.touch()
    with pytest.raises(InputError, match="empty"):
        read_score(empty)
    text = tmp_path / "text.mid"
    text.write_text("la la la")
    with pytest.raises(InputError, match="named like a MIDI file"):
        read_score(text)
    other = tmp_path / "song.wav"
    other.write_bytes(b"RIFF....WAVE")
    with pytest.raises(InputError, match="neither MIDI nor MusicXML"):
        read_score(other)
    monkeypatch.setattr(read, "MAX_FILE_BYTES", 4)
    with pytest.raises(InputError, match="too large"):
        read_score(text)


def test_write_says_where_it_cannot(tmp_path, build_midi, sung):
    score = read_score_bytes(build_midi(sung(["a"])))
    with pytest.raises(InputError, match="cannot be written"):
        write_midi(score, tmp_path / "no" / "folder.mid")
    write_midi(score, tmp_path / "ok.mid")
    assert read_score(tmp_path / "ok.mid").notes == score.notes
