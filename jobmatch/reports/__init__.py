"""Figures with the events behind them: queries only."""
