"""What pages say about learners: words, tags, lines of time. No queries."""
