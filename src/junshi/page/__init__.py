"""The local page: its REST API, its runs on disk, its security and its HTML; started by `junshi serve`."""
