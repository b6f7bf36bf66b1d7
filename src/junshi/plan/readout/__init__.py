"""From columns of stage problems back to units, shares and money."""
