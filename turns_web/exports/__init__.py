"""Files of what a person sees: asked for in a page or by the API, made by a worker from the replica."""
