// The light of the software camera: colours are shaded and fogged as 8-bit sRGB values, not as amounts of light.

#import bevy_sprite::mesh2d_vertex_output::VertexOutput
#import bevy_sprite::mesh2d_view_bindings::view

struct Light {
    fog_colour: vec3<f32>,
    fog_distance: f32,
    face_shade: f32,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> light: Light;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var colours: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var colours_sampler: sampler;

// The texel at `uv`, premultiplied by alpha.
fn texel(uv: vec2<f32>) -> vec4<f32> {
    let at = uv * f32(textureDimensions(colours).x);
    // A pixel covers more of the floor along the view than across it: as in the camera, the geometric mean decides.
    let level = 0.5 * log2(max(abs(determinant(mat2x2(dpdx(at), dpdy(at)))), 1e-6));
    return textureSampleLevel(colours, colours_sampler, uv, level);
}

// From sRGB values to light, which is what the target takes and converts back.
fn linear(colour: vec3<f32>) -> vec3<f32> {
    return select(pow((colour + 0.055) / 1.055, vec3(2.4)), colour / 12.92, colour <= vec3(0.04045));
}

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let texel = texel(in.uv);
    var colour = texel.rgb / max(texel.a, 1.0 / 255.0);
    // From above (an orthographic projection) there is neither shade nor fog.
    if view.clip_from_view[3][3] != 1.0 {
        let shade = mix(1.0, light.face_shade, abs(in.world_normal.z));
        // The reciprocal of w is the depth along the view's axis.
        let clear = exp(-1.0 / (in.position.w * light.fog_distance));
        colour = mix(light.fog_colour, colour * shade, clear);
    }
    return vec4(linear(colour), texel.a);
}
