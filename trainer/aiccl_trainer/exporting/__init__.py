"""Export: `graph` makes the int4 ONNX files, `parity` compares them with torch, `gguf` writes llama.cpp's file, `card`
the papers, `folder` puts all together."""
