"""Encounters from the inbox to a claim: taken in, compared with what came before, judged, overridden."""
