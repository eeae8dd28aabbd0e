"""Tokens of the texts on standard input (JSON) by tiktoken, with GLM-4's vocabulary (the file in the first argument); none is taken for a special token."""
import base64
import json
import sys

import tiktoken

words = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
ranks = {}
with open(sys.argv[1], "rb") as file:
    for line in file:
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
encoding = tiktoken.Encoding("glm4", pat_str=words, mergeable_ranks=ranks, special_tokens={})
json.dump([encoding.encode_ordinary(text) for text in json.load(sys.stdin)], sys.stdout)
