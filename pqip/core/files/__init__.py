"""What every app with files needs: writing them atomically, knowing who owns each folder, and inspecting uploads."""
