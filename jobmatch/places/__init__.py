"""Region, league, banner, township, village: the tree that scopes officers; distances."""
