"""The officer's pages that gather from several rooms: what there is to do, comparing, a case as a whole, the system.

Nothing is kept here and nothing decided: each page asks the rooms' ``services`` and shows the answers.
"""
