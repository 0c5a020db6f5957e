"""The doors for other machines: the same screens in a browser and over SSH, each desk in a process of its own."""
