"""What the status bar says of what computes."""

from __future__ import annotations

from gui.viewmodels.device_line import device_line, stopped

FACTS = {"provider": "the CPU", "reason": "no GPU is there: using the CPU", "threads": 2, "cores": 4, "runtime": "1.31"}


def load(model: str, provider: str, reason: str = "because") -> dict[str, str]:
    return {"model": model, "file": "net.onnx", "provider": provider, "reason": reason}


def test_before_anything_was_loaded_it_is_a_test_and_says_so() -> None:
    line = device_line(FACTS, ())
    assert line.name == "CPU (no model loaded yet)"
    assert "no GPU is there" in line.why
    assert "2 of 4" in line.why
    assert line.good


def test_what_was_loaded_counts_not_the_test() -> None:
    fallen_back = load("trio", "the CPU", "CUDA failed (no memory): using the CPU")
    line = device_line(FACTS | {"provider": "CUDA"}, [fallen_back])
    assert line.name == "CPU"
    assert "trio: CPU (CUDA failed (no memory): using the CPU)" in line.why


def test_networks_of_one_model_are_one_line_and_each_device_stands_once() -> None:
    line = device_line(FACTS, [load("trio", "CUDA"), load("trio", "CUDA"), load("keel", "the CPU")])
    assert line.name == "CUDA + CPU"
    assert line.why.count("trio") == 1
    assert "keel: CPU" in line.why


def test_what_cannot_compute_is_bad_and_says_what_to_do() -> None:
    wrong = device_line({"problem": "CUDA was asked for.", "hint": "Use cpu."}, [load("trio", "CUDA")])
    assert not wrong.good
    assert "CUDA was asked for. Use cpu." in wrong.why
    assert wrong.name == "Device cannot be used"
    assert "does not start" in stopped("It does not start.").why
    assert not stopped("").good
