"""Tests of the plugin; `simulator/` has those of the simulator and the published schema."""
