"""The same request for many orders: foreseen, given some at a time, told for each."""
