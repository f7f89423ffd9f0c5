"""Following up a demand: is it still there, is it gone for good, is it back?

judge     one observation becomes an outcome (pure)
steps     a state and an outcome become the next step (pure)
services  what the other rooms may ask
"""
