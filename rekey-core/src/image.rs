//! Image references and what is known of an image.
