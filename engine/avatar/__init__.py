"""A face that sings: vocals become motion, motion moves a drawn character or a portrait, pictures become a video."""
