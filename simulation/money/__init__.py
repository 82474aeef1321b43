"""Money: projects, shares, rates, ledgers, allocations, contributions, and an account of them."""
