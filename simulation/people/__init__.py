"""People: posts, assignments, standard costs and terms of reference, and an account of effort and cost."""
