"""Draws the body shapes of the rendered people and writes them, with the rig, to one file.

`anny` (code Apache-2.0, MakeHuman data CC0) is needed for this step alone, and with it torch. The renderer reads the
result with numpy: `python subjects.py --out subjects.npz --count 420`. About two minutes, most of it anny's first
start.

Frame of every array: metres, the pelvis at the origin, +x the subject's left, -y the way the subject faces, +z up,
arms in an A. Vertex numbers are those of MakeHuman's hm08 base mesh with its helpers, so that clothes and hair made
for it fit.
"""

import argparse
from pathlib import Path

import numpy as np

RACES = ("african", "asian", "caucasian")
"""The skin textures exist for these three; a subject's shape is a mixture led by one of them."""

FACE_DETAILS = ("head", "forehead", "eyebrows", "eyes", "nose", "mouth", "ears", "chin", "cheek", "neck")
"""Kinds of local targets that make faces differ; the rest of the body varies by its phenotype."""


def draw_phenotypes(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Draws adult phenotypes in anny's units (0..1); height is kept where statures stay between about 1.5 and 1.95
    m."""
    female = rng.random(count) < 0.5
    mixture = rng.dirichlet((0.35, 0.35, 0.35), count)
    return {
        "gender": np.where(female, rng.uniform(0.8, 1.0, count), rng.uniform(0.0, 0.2, count)),
        "age": rng.uniform(0.6, 0.95, count),
        "muscle": np.clip(rng.normal(0.5, 0.16, count), 0.1, 0.9),
        "weight": np.clip(rng.normal(0.52, 0.18, count), 0.1, 0.95),
        "height": np.clip(rng.normal(0.47, 0.08, count), 0.3, 0.65),
        "proportions": rng.uniform(0.3, 0.9, count),
        "cupsize": np.clip(rng.normal(0.45, 0.15, count), 0.1, 0.9),
        "firmness": rng.uniform(0.3, 0.8, count),
        **{race: mixture[:, i] for i, race in enumerate(RACES)},
    }


def read_base_mesh(path: Path) -> dict[str, np.ndarray]:
    """Reads texture coordinates and the faces of the body and of the eyes from MakeHuman's base.obj."""
    wanted = {"body": [], "helper-l-eye": [], "helper-r-eye": []}
    group, texture = "", []
    for line in path.read_text().splitlines():
        if line.startswith("vt "):
            texture.append([float(value) for value in line.split()[1:3]])
        elif line.startswith("g "):
            group = line[2:].strip()
        elif line.startswith("f ") and group in wanted:
            wanted[group].append([[int(part) - 1 for part in corner.split("/")[:2]] for corner in line.split()[1:5]])
    eyes = np.array(wanted["helper-l-eye"] + wanted["helper-r-eye"])
    body = np.array(wanted["body"])
    return {
        "texture": np.array(texture, np.float32),
        "body_faces": body[..., 0].astype(np.int32),
        "body_face_texture": body[..., 1].astype(np.int32),
        "eye_faces": eyes[..., 0].astype(np.int32),
    }


def make(count: int, seed: int) -> dict[str, np.ndarray]:
    """Draws `count` subjects and returns every array of the file."""
    import anny
    import torch

    rng = np.random.default_rng(seed)
    model = anny.Anny(
        rig="anny", topology="makehuman", phenotypes="all", skinning_method="lbs", local_changes="default"
    )
    phenotypes = draw_phenotypes(rng, count)
    details = [name for name in model.local_change_labels if name.startswith(FACE_DETAILS)]
    vertices, heads = [], []
    for i in range(count):
        local = {name: torch.tensor([float(np.clip(rng.normal(0.0, 0.22), -0.5, 0.5))]) for name in details}
        with torch.no_grad():
            shape = model(
                pose_parameters=None,
                phenotype_kwargs={name: torch.tensor([float(value[i])]) for name, value in phenotypes.items()},
                local_changes_kwargs=local,
            )
        vertices.append(shape["rest_vertices"][0].numpy().astype(np.float32))
        heads.append(shape["rest_bone_heads"][0].numpy().astype(np.float32))
    base = Path(anny.__file__).parent / "data" / "mpfb2" / "3dobjs" / "base.obj"
    return {
        "vertices": np.stack(vertices),
        "bone_heads": np.stack(heads),
        "bone_names": np.array(model.bone_labels),
        "bone_parents": np.array(model.bone_parents, np.int32),
        "skin_bones": model.vertex_bone_indices.numpy().astype(np.int32),
        "skin_weights": model.vertex_bone_weights.numpy().astype(np.float32),
        **{f"phenotype_{name}": value.astype(np.float32) for name, value in phenotypes.items()},
        **read_base_mesh(base),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw body shapes with anny and write them for the renderer.")
    parser.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--count", type=int, default=420, help="how many people")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    np.savez(options.out, **make(options.count, options.seed))


if __name__ == "__main__":
    main()
