"""Who may ask what, on which legal basis, and the record that it was asked: tokens, policy, keys, audit."""
