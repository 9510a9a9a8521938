using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>Picks a point on a light with a probability proportional to the light's power, in constant time.</summary>
/// <remarks>Walker's alias method, built as in M. D. Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", IEEE TSE 17(9), 1991.</remarks>
internal sealed class LightTable
{
    private readonly Light[] _lights;
    private readonly float[] _threshold;
    private readonly int[] _alias;
    private readonly float[] _areaDensityOfMaterial;

    public LightTable(Material[] materials, Triangle[] triangles, Sphere[] spheres)
    {
        var lights = new List<Light>();
        foreach (ref readonly Triangle shape in triangles.AsSpan())
        {
            if (materials[shape.Material].IsEmissive)
            {
                Vector3 across = shape.B - shape.A;
                Vector3 along = shape.C - shape.A;
                lights.Add(new Light(shape.A, across, along, Vector3.Normalize(Vector3.Cross(across, along)), 0, shape.Material, shape.Area));
            }
        }

        foreach (ref readonly Sphere shape in spheres.AsSpan())
        {
            if (materials[shape.Material].IsEmissive)
            {
                lights.Add(new Light(shape.Centre, default, default, default, shape.Radius, shape.Material, shape.Area));
            }
        }

        _lights = [.. lights];
        double total = _lights.Sum(light => Power(materials, light.Material) * (double)light.Area);
        _areaDensityOfMaterial = [.. materials.Select((material, index) => total > 0 && material.IsEmissive ? (float)(Power(materials, index) / total) : 0f)];
        (_threshold, _alias) = BuildAlias([.. _lights.Select(light => Power(materials, light.Material) * (double)light.Area)], total);
    }

    public int Count => _lights.Length;

    /// <summary>The density per unit of area with which <see cref="Sample"/> picks a point of a surface of this material.</summary>
    public float AreaDensity(int material) => _areaDensityOfMaterial[material];

    /// <summary>Picks a point.</summary>
    public (Vector3 Point, Vector3 Normal, int Material) Sample(ref CounterRandom random)
    {
        (float pick, float coin) = random.NextPair();
        int slot = Math.Min((int)(pick * _lights.Length), _lights.Length - 1);
        ref readonly Light light = ref _lights[coin < _threshold[slot] ? slot : _alias[slot]];
        (float first, float second) = random.NextPair();
        if (light.Radius > 0)
        {
            float z = 1 - (2 * first);
            float ring = MathF.Sqrt(MathF.Max(0, 1 - (z * z)));
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * second);
            var normal = new Vector3(ring * cos, ring * sin, z);
            return (light.Corner + (light.Radius * normal), normal, light.Material);
        }

        float root = MathF.Sqrt(first);
        return (light.Corner + ((root * (1 - second)) * light.Across) + ((root * second) * light.Along), light.Normal, light.Material);
    }

    private static double Power(Material[] materials, int material) =>
        (materials[material].Emission.X + materials[material].Emission.Y + materials[material].Emission.Z) * (materials[material].EmitsBothSides ? 2.0 : 1.0);

    private static (float[] Threshold, int[] Alias) BuildAlias(double[] weights, double total)
    {
        int count = weights.Length;
        float[] threshold = new float[count];
        int[] alias = new int[count];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int index = 0; index < count; index++)
        {
            weights[index] *= count / total;
            threshold[index] = 1;
            alias[index] = index;
            (weights[index] < 1 ? small : large).Push(index);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            int poor = small.Pop();
            int rich = large.Pop();
            threshold[poor] = (float)weights[poor];
            alias[poor] = rich;
            weights[rich] -= 1 - weights[poor];
            (weights[rich] < 1 ? small : large).Push(rich);
        }

        return (threshold, alias);
    }

    private readonly record struct Light(Vector3 Corner, Vector3 Across, Vector3 Along, Vector3 Normal, float Radius, int Material, float Area);
}
