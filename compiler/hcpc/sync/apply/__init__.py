"""A plan is carried out, object by object, and what is ours is written down."""
