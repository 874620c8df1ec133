"""Where the time of embedding goes, by operator, and how far that is from what the processor can do with int8."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from vectorstore.embedding.vocabulary import FrugalTokenizer

PEAK = (512, 1536, 1536)  # rows, inner and outer size of the product that shows what is possible
_SECONDS = 1.5


def operators(folder: Path, texts: Sequence[str]) -> dict[str, float]:
    """Share of the forward passes over texts that each kind of operator takes, the largest first; one thread."""
    tokenizer = FrugalTokenizer(folder / "tokenizer.json", 512)
    with tempfile.TemporaryDirectory() as scratch:
        options = _options()
        options.enable_profiling, options.profile_file_prefix = True, str(Path(scratch) / "profile")
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        for text in texts:
            session.run(None, {"input_ids": tokenizer.encode(f"passage: {text}")[0][None, :]})
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    taken: dict[str, float] = defaultdict(float)
    for event in events:
        if event.get("cat") == "Node" and "op_name" in event.get("args", {}):
            taken[event["args"]["op_name"]] += event["dur"]
    total = sum(taken.values())
    return {name: taken[name] / total for name in sorted(taken, key=lambda name: -taken[name])}


def int8_operations(folder: Path, tokens: int) -> float:
    """Multiplications and additions of int8 in a forward pass of so many tokens: 2 · weights · tokens."""
    graph = onnx.load(str(folder / "model.onnx")).graph
    weights = {each.name: int(np.prod(each.dims)) for each in graph.initializer}
    inputs = [node.input[1] for node in graph.node if node.op_type == "MatMulInteger"]
    return 2.0 * tokens * sum(weights.get(name, 0) for name in inputs)


def int8_peak(threads: int) -> float:
    """Operations a second of one large int8 product, the same in each of `threads` threads, in the same runtime."""
    rows, inner, outer = PEAK
    session = onnxruntime.InferenceSession(_product(inner, outer), _options(), providers=["CPUExecutionProvider"])
    given = {"a": np.random.default_rng(0).integers(0, 127, (rows, inner), dtype=np.uint8)}
    done, end = [0] * threads, time.perf_counter() + _SECONDS

    def work(place: int) -> None:
        while time.perf_counter() < end:
            session.run(None, given)
            done[place] += 1

    workers = [threading.Thread(target=work, args=(place,)) for place in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return 2.0 * rows * inner * outer * sum(done) / (time.perf_counter() - started)


def _product(inner: int, outer: int) -> bytes:
    """A model of one product with constant weights, as the embedding model has them."""
    weights = np.random.default_rng(1).integers(-64, 64, (inner, outer), dtype=np.int8)
    node = helper.make_node("MatMulInteger", ["a", "b"], ["c"])
    graph = helper.make_graph(
        [node], "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [None, inner])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [None, outer])],
        [helper.make_tensor("b", TensorProto.INT8, weights.shape, weights.tobytes(), raw=True)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def _options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def profile(folder: Path, texts: Sequence[str], tokens: float, passages_per_s: float, threads: int) -> dict[str, Any]:
    """Shares by operator, and int8 operations a second: what embedding reaches, and what the processor can do."""
    reached = int8_operations(folder, 1) * tokens * passages_per_s
    peak = int8_peak(threads)
    return {"operators": operators(folder, texts), "int8_gops": reached / 1e9, "int8_peak_gops": peak / 1e9}
