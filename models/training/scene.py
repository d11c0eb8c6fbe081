"""Turns parts with looks, a panorama and a camera into a linear picture, with Blender's Cycles on the CPU.

Settings follow a measured trade: four samples with OIDN (fast, albedo guided) cost about 0.7 CPU-seconds at 320x240
and are nearly indistinguishable from 64 samples at that size.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("OPENCV_IO_ENABLE_OPENEXR", "1")

import bpy
import cv2
import numpy as np
from mathutils import Matrix, Vector

from parts import Camera, Look, Part, World


def tame_panorama(path: Path, folder: Path) -> Path:
    """Writes a copy of a panorama whose lamps and sun are clamped to four times its 99.5th percentile, which keeps
    noise down."""
    target = folder / (path.stem + ".hdr")
    if not target.exists():
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        ceiling = min(4.0 * float(np.percentile(pixels, 99.5)), 200.0)
        pixels = np.clip(pixels, 0.0, ceiling)
        pixels = pixels * (0.5 / max(float(pixels.mean()), 1e-4))
        part = folder / f"{path.stem}.{os.getpid()}.hdr"
        cv2.imwrite(str(part), pixels.astype(np.float32))
        part.replace(target)
    return target


class Studio:
    """One Cycles session; build a scene, shoot it, ask what a ray meets."""

    def __init__(self, samples: int = 4):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        scene = bpy.context.scene
        scene.render.engine = "CYCLES"
        scene.render.threads_mode, scene.render.threads = "FIXED", 1
        scene.render.resolution_percentage = 100
        scene.render.image_settings.file_format = "OPEN_EXR"
        scene.render.image_settings.color_depth = "32"
        scene.render.image_settings.color_mode = "RGB"
        cycles = scene.cycles
        cycles.device, cycles.samples, cycles.use_adaptive_sampling = "CPU", samples, False
        cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 2, 1
        cycles.transmission_bounces, cycles.transparent_max_bounces = 1, 6
        cycles.sample_clamp_indirect, cycles.use_light_tree = 10.0, False
        cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
        cycles.denoising_input_passes, cycles.denoising_quality = "RGB_ALBEDO", "FAST" if samples <= 8 else "HIGH"
        scene.world = bpy.data.worlds.new("world")
        self._panorama_nodes(scene.world)
        camera = bpy.data.cameras.new("camera")
        self.camera = bpy.data.objects.new("camera", camera)
        scene.collection.objects.link(self.camera)
        scene.camera = self.camera
        self.scene, self.images, self.alphas, self.parts = scene, {}, {}, {}
        self.temporary = tempfile.TemporaryDirectory(prefix="studio-")
        self.folder = Path(self.temporary.name)

    def _panorama_nodes(self, world: bpy.types.World) -> None:
        world.use_nodes = True
        nodes, links = world.node_tree.nodes, world.node_tree.links
        nodes.clear()
        coordinates = nodes.new("ShaderNodeTexCoord")
        self.mapping = nodes.new("ShaderNodeMapping")
        self.panorama = nodes.new("ShaderNodeTexEnvironment")
        self.background = nodes.new("ShaderNodeBackground")
        output = nodes.new("ShaderNodeOutputWorld")
        links.new(coordinates.outputs["Generated"], self.mapping.inputs["Vector"])
        links.new(self.mapping.outputs["Vector"], self.panorama.inputs["Vector"])
        links.new(self.panorama.outputs["Color"], self.background.inputs["Color"])
        links.new(self.background.outputs["Background"], output.inputs["Surface"])
        world.cycles.sampling_method = "MANUAL"
        world.cycles.sample_map_resolution = 256

    def build(self, parts: list[tuple[Part, Look]], world: World, camera: Camera, seed: int) -> None:
        """Replaces the scene."""
        for item in [item for item in self.scene.collection.objects if item.type == "MESH"]:
            mesh = item.data
            bpy.data.objects.remove(item)
            bpy.data.meshes.remove(mesh)
        for material in list(bpy.data.materials):
            bpy.data.materials.remove(material)
        self.parts.clear()
        for part, look in parts:
            self._add(part, look)
        self.panorama.image = self._image(world.panorama)
        self.mapping.inputs["Rotation"].default_value[2] = world.rotation
        self.background.inputs["Strength"].default_value = world.strength
        self._place(camera)
        self.scene.cycles.seed = seed

    def repose(self, parts: list[tuple[Part, Look]]) -> None:
        """Moves the vertices of the scene as built to those of the same parts, in the same order."""
        for (name, (_, starts, look)), (part, _) in zip(list(self.parts.items()), parts, strict=True):
            mesh = self.scene.objects[name].data
            mesh.vertices.foreach_set("co", part.vertices.astype(np.float32).ravel())
            mesh.update()
            self.parts[name] = (part, starts, look)

    def _place(self, camera: Camera) -> None:
        render, lens = self.scene.render, self.camera.data
        render.resolution_x, render.resolution_y = camera.width, camera.height
        lens.sensor_fit, lens.sensor_width = "HORIZONTAL", 36.0
        lens.lens = camera.focal * 36.0 / camera.width
        lens.clip_start, lens.clip_end = 0.02, 100.0
        matrix = np.eye(4)
        matrix[:3] = np.stack([camera.right, camera.up, camera.back, camera.position], 1)
        self.camera.matrix_world = Matrix(matrix.tolist())

    def _image(self, path: Path) -> bpy.types.Image:
        if path not in self.images:
            self.images[path] = bpy.data.images.load(str(path))
        return self.images[path]

    def _add(self, part: Part, look: Look) -> None:
        mesh = bpy.data.meshes.new(part.name)
        mesh.vertices.add(len(part.vertices))
        mesh.vertices.foreach_set("co", part.vertices.astype(np.float32).ravel())
        mesh.loops.add(len(part.corners))
        mesh.loops.foreach_set("vertex_index", part.corners.astype(np.int32))
        mesh.polygons.add(len(part.counts))
        starts = np.concatenate([[0], np.cumsum(part.counts)[:-1]]).astype(np.int32)
        mesh.polygons.foreach_set("loop_start", starts)
        if part.texture is not None:
            mesh.uv_layers.new(name="uv").data.foreach_set("uv", part.texture.astype(np.float32).ravel())
        if part.tint is not None:
            mesh.attributes.new("tint", "FLOAT", "POINT").data.foreach_set("value", part.tint.astype(np.float32))
        mesh.update(calc_edges=True)
        if part.smooth:
            mesh.shade_smooth()
        mesh.materials.append(self._material(look))
        item = bpy.data.objects.new(part.name, mesh)
        self.scene.collection.objects.link(item)
        self.parts[item.name] = (part, starts, look)

    def _material(self, look: Look) -> bpy.types.Material:
        material = bpy.data.materials.new("look")
        material.use_nodes = True
        nodes, links = material.node_tree.nodes, material.node_tree.links
        surface = nodes["Principled BSDF"]
        inputs = surface.inputs
        inputs["Roughness"].default_value = look.roughness
        inputs["Specular IOR Level"].default_value = look.specular
        if look.subsurface:
            inputs["Subsurface Weight"].default_value = look.subsurface
            inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
            inputs["Subsurface Scale"].default_value = 0.008
        colour = None

        def mix(blend: str, factor, a, b):
            node = nodes.new("ShaderNodeMix")
            node.data_type, node.blend_type = "RGBA", blend
            for socket, value in zip((node.inputs[0], node.inputs[6], node.inputs[7]), (factor, a, b), strict=True):
                if isinstance(value, bpy.types.NodeSocket):
                    links.new(value, socket)
                else:
                    socket.default_value = value if isinstance(value, float) else (*value, 1.0)
            return node.outputs[2]

        if look.texture is not None:
            image = nodes.new("ShaderNodeTexImage")
            image.image = self._image(look.texture)
            adjust = nodes.new("ShaderNodeHueSaturation")
            adjust.inputs["Hue"].default_value = look.hue
            adjust.inputs["Saturation"].default_value = look.saturation
            adjust.inputs["Value"].default_value = look.value
            links.new(image.outputs["Color"], adjust.inputs["Color"])
            colour = adjust.outputs["Color"]
            if look.alpha:
                links.new(image.outputs["Alpha"], inputs["Alpha"])
        if look.recolour is not None:
            colour = mix("MULTIPLY", 1.0, colour if colour is not None else look.colour, look.recolour)
        if look.ramp is not None:
            attribute, ramp = nodes.new("ShaderNodeAttribute"), nodes.new("ShaderNodeValToRGB")
            attribute.attribute_name = "tint"
            links.new(attribute.outputs["Fac"], ramp.inputs[0])
            stops = ramp.color_ramp.elements
            for i, (at, stop) in enumerate(look.ramp):
                element = stops[i] if i < 2 else stops.new(at)
                element.position, element.color = at, (*stop, 1.0)
            colour = ramp.outputs["Color"] if colour is None else mix("MULTIPLY", 1.0, colour, ramp.outputs["Color"])
        if look.pattern is not None:
            colour = mix(
                "MIX",
                self._pattern(nodes, links, look),
                colour if colour is not None else look.colour,
                look.pattern_colour,
            )
        if colour is None:
            inputs["Base Color"].default_value = (*look.colour, 1.0)
        else:
            links.new(colour, inputs["Base Color"])
        if look.emission:
            inputs["Emission Strength"].default_value = look.emission
            if colour is None:
                inputs["Emission Color"].default_value = (*look.colour, 1.0)
            else:
                links.new(colour, inputs["Emission Color"])
        return material

    @staticmethod
    def _pattern(nodes, links, look: Look) -> bpy.types.NodeSocket:
        """The 0..1 mask of a pattern: stripes and checks live in texture space, noise too, at the look's scale."""
        coordinates = nodes.new("ShaderNodeTexCoord")
        kind = {"stripes": "ShaderNodeTexWave", "checks": "ShaderNodeTexChecker", "noise": "ShaderNodeTexNoise"}[
            look.pattern
        ]
        node = nodes.new(kind)
        node.inputs["Scale"].default_value = look.pattern_scale
        links.new(coordinates.outputs["UV"], node.inputs["Vector"])
        sharpen = nodes.new("ShaderNodeMapRange")
        low, high = {"stripes": (0.45, 0.6), "checks": (0.4, 0.6), "noise": (0.45, 0.6)}[look.pattern]
        sharpen.inputs["From Min"].default_value, sharpen.inputs["From Max"].default_value = low, high
        sharpen.inputs["To Max"].default_value = 0.85
        links.new(node.outputs["Factor"], sharpen.inputs["Value"])
        return sharpen.outputs["Result"]

    def shoot(self) -> np.ndarray:
        """Renders; linear float RGB of shape (height, width, 3)."""
        path = self.folder / "shot.exr"
        self.scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        return np.nan_to_num(pixels[..., 2::-1], nan=0.0, posinf=100.0).clip(0.0, 100.0)

    def first_hit(self, camera: Camera, point: np.ndarray) -> float:
        """Metres from the camera to the first opaque surface on the way to a point (infinity where there is none)."""
        graph = bpy.context.evaluated_depsgraph_get()
        direction = np.asarray(point) - camera.position
        direction = direction / np.linalg.norm(direction)
        start, ahead = camera.position.copy(), Vector(direction.tolist())
        for _ in range(24):
            hit, where, _, face, item, _ = self.scene.ray_cast(graph, Vector(start.tolist()), ahead)
            if not hit:
                return float("inf")
            where = np.array(where)
            if self._opaque(item.name, face, where):
                return float(np.linalg.norm(where - camera.position))
            start = where + 5e-4 * direction
        return float("inf")

    def _opaque(self, name: str, face: int, where: np.ndarray) -> bool:
        """Whether a texture is opaque at a point of a face; the point's texture coordinates are blended by nearness
        to the corners."""
        part, starts, look = self.parts[name]
        if not look.alpha or look.texture is None or part.texture is None:
            return True
        if look.texture not in self.alphas:
            pixels = cv2.imread(str(look.texture), cv2.IMREAD_UNCHANGED)
            self.alphas[look.texture] = pixels[..., 3] if pixels.ndim == 3 and pixels.shape[2] == 4 else None
        alpha = self.alphas[look.texture]
        if alpha is None:
            return True
        corners = slice(starts[face], starts[face] + part.counts[face])
        distance = np.linalg.norm(part.vertices[part.corners[corners]] - where, axis=1)
        near = 1.0 / (distance + 1e-5)
        u, v = (part.texture[corners] * (near / near.sum())[:, None]).sum(0)
        row, column = int((1 - v % 1.0) * alpha.shape[0]), int((u % 1.0) * alpha.shape[1])
        return bool(alpha[min(row, alpha.shape[0] - 1), min(column, alpha.shape[1] - 1)] > 127)
