"""Is this person among the faces seen? From one photo of her, in pictures and films.

Nothing here is a people index: it answers only "the same as in the photo given, here". Every other face is compared and
forgotten; no template is written anywhere.

How a person is found, in the order of what happens:

finding       where faces are in a picture: the detector sees it in several sizes
aligning      a face is brought into one position by its eyes, nose and mouth
model         what finds faces and turns each into a template: one interface, a folder a model in ``models``
              (``yunet``, ``by_points``, ``network``: what three of them share)
quality       sharp or blurred, from the front or from the side
tracks        a face followed through a film, its templates averaged
inside        all of that for a file, in the sandbox; ``looking`` asks for it from outside
enrol         the person: which face of which photo, and how good a photo it is
normalising   a similarity measured against strangers (``cohort``): some faces resemble everybody
odds          how often a stranger reaches it, as it was measured for each model
trace         all files together: who may be the person
shelf         which models are here, and how one comes here
"""
