"""What is said of the minerals of Central Asia, and what open tables say."""
