from vectorstore.embedding import PolicyEmbeddings


def test_dimensions(embeddings: PolicyEmbeddings) -> None:
    assert len(embeddings.embed_query("Hội nghị bàn việc gì?")) == embeddings.dimensions == 384
