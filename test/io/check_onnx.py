"""Checks ONNX files fully, types and shapes of every value included: python3 check_onnx.py file..."""
import sys

import onnx

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    assert len(inferred.graph.value_info) == len(model.graph.node) - 1, path
print(len(sys.argv) - 1)
