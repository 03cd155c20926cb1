"""Xero plugin for takings."""
