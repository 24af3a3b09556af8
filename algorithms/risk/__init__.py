"""Risk propagation 风险传导: distress, clearing, production loss and guarantee calls on networks of exposures."""
