"""What a webcam does to light: exposure, white balance, tone curve, vignette, blur, noise and JPEG, in numpy."""

import cv2
import numpy as np

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


def expose(linear: np.ndarray, figure: Box | None, stops: float) -> np.ndarray:
    """Scales linear light so that the figure mostly, and the whole picture, are well exposed, up to some stops too
    bright or dark.

    Automatic exposure of webcams weighs the middle and faces in the same way.
    """
    luma = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    level = whole = float(np.exp(np.mean(np.log(np.minimum(luma, 4.0 * luma.mean() + 1e-6) + 1e-3))))
    if figure is not None:
        height, width = luma.shape
        left, right = np.clip([figure[0], figure[2]], 0, width).astype(int)
        top, bottom = np.clip([figure[1], figure[3]], 0, height).astype(int)
        if right - left > 4 and bottom - top > 4:
            level = 0.7 * float(luma[top:bottom, left:right].mean()) + 0.3 * whole
    return linear * (0.2 * 2**stops / max(level, 1e-4))


def tone(
    picture: np.ndarray, white: float, shoulder: float, gamma: float, contrast: float, saturation: float
) -> np.ndarray:
    """Highlight shoulder, gamma, contrast and saturation; linear light in, display values out."""
    picture = np.maximum(picture, 0)
    picture = picture * (1 + picture / white**2) / (1 + picture * shoulder)
    picture = np.clip(picture, 0, 1) ** (1 / gamma)
    picture = 0.45 + (picture - 0.45) * contrast
    gray = picture.mean(2, keepdims=True)
    return gray + (picture - gray) * saturation


def develop(linear: np.ndarray, figure: Box | None) -> np.ndarray:
    """A good camera's picture without any chance in it, as 8-bit RGB."""
    picture = tone(expose(linear.astype(np.float32), figure, 0.15), 2.5, 0.45, 2.2, 1.06, 1.05)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def shoot(linear: np.ndarray, figure: Box | None, rng: np.random.Generator) -> np.ndarray:
    """A linear picture (height, width, RGB) as some webcam would deliver it, as 8-bit RGB; a few stay too dark, too
    bright or gray."""
    picture = expose(linear.astype(np.float32), figure, float(np.clip(rng.normal(0.0, 0.45), -1.3, 1.1)))
    picture = _lens(_white_balance(picture, rng), rng)
    picture = _noise(picture, rng)
    picture = tone(
        picture,
        white=rng.uniform(1.2, 3.5),
        shoulder=rng.uniform(0.3, 0.8),
        gamma=rng.uniform(1.9, 2.5),
        contrast=float(np.clip(rng.normal(1.08, 0.12), 0.75, 1.4)),
        saturation=float(np.clip(rng.normal(1.05, 0.2), 0.4, 1.6)),
    )
    if rng.random() < 0.35:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
        picture = picture + rng.uniform(0.2, 0.9) * (picture - soft)
    if rng.random() < 0.05:
        picture = np.repeat(picture.mean(2, keepdims=True), 3, 2)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _white_balance(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    warmth, green = rng.normal(0.0, 0.10), rng.normal(0.0, 0.035)
    return picture * np.exp(np.array([warmth, green, -warmth], np.float32))


def _lens(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Vignette, glare and blur."""
    height, width = picture.shape[:2]
    if rng.random() < 0.6:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        radius = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
        picture = picture * (1 - rng.uniform(0.05, 0.4) * radius)[..., None]
    if rng.random() < 0.25:
        glow = cv2.GaussianBlur(np.clip(picture, 0, 6), (0, 0), width * rng.uniform(0.01, 0.04))
        share = rng.uniform(0.03, 0.15)
        picture = (1 - share) * picture + share * glow
    sigma = rng.uniform(0.8, 1.6) if rng.random() < 0.15 else abs(rng.normal(0.0, 0.5))
    return cv2.GaussianBlur(picture, (0, 0), sigma) if sigma > 0.3 else picture


def _noise(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photon noise and read noise, in most cameras smeared by their own denoising."""
    picture = np.clip(picture, 0, 8)
    electrons, read = 10 ** rng.uniform(2.5, 4.0), rng.uniform(0.001, 0.009)
    grain = rng.standard_normal(picture.shape, dtype=np.float32)
    if rng.random() < 0.6:
        grain = 1.6 * cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.4, 0.8))
    return picture + grain * np.sqrt(picture / electrons + read**2)


def encode(picture: np.ndarray, quality: int = 88) -> bytes:
    """JPEG of an 8-bit RGB picture."""
    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture could not be encoded")
    return data.tobytes()
