namespace Vouch.Optimizer.Scenes;

/// <summary>Walks the nodes of the default scene without recursion, each node at most once, so that cycles and deep chains end in a problem.</summary>
internal sealed class GltfHierarchy(SceneFile scene, GltfDocument document, long[] trianglesByMesh)
{
    private readonly bool[] _visited = new bool[document.Nodes.Count];
    private readonly Stack<(int Node, int Depth)> _open = new();

    public long Triangles { get; private set; }

    public long Instances { get; private set; }

    public int MaxDepth { get; private set; }

    public void Walk()
    {
        if (document.DefaultScene >= document.Scenes.Count)
        {
            scene.Problems.Error(SceneProblemKind.DanglingReference, "$.scene", $"There is no scene {document.DefaultScene}; the document has {document.Scenes.Count}.");
        }

        if (document.Scenes.Count > 0)
        {
            int index = document.DefaultScene >= 0 && document.DefaultScene < document.Scenes.Count ? document.DefaultScene : 0;
            Open(document.Scenes[index], 1, -1);
        }
        else
        {
            OpenRoots();
        }

        while (_open.TryPop(out (int Node, int Depth) next))
        {
            Visit(next.Node, next.Depth);
        }
    }

    /// <summary>A document without scenes is a library; what it would show is every node without a parent.</summary>
    private void OpenRoots()
    {
        bool[] isChild = new bool[document.Nodes.Count];
        foreach (int child in document.Links)
        {
            if (child >= 0 && child < isChild.Length)
            {
                isChild[child] = true;
            }
        }

        for (int node = isChild.Length - 1; node >= 0; node--)
        {
            if (!isChild[node])
            {
                _visited[node] = true;
                _open.Push((node, 1));
            }
        }
    }

    private void Visit(int index, int depth)
    {
        scene.Cancellation.ThrowIfCancellationRequested();
        MaxDepth = Math.Max(MaxDepth, depth);
        GltfDocument.Node node = document.Nodes[index];
        if (node.Mesh >= 0)
        {
            Place(node, index);
        }

        if (node.Children.Count == 0)
        {
            return;
        }

        if (depth >= scene.Options.MaxNodeDepth)
        {
            scene.Problems.Error(SceneProblemKind.LimitExceeded, $"$.nodes[{index}].children", $"The hierarchy is deeper than the {scene.Options.MaxNodeDepth} that MaxNodeDepth allows.");
            return;
        }

        Open(node.Children, depth + 1, index);
    }

    private void Place(GltfDocument.Node node, int index)
    {
        if (node.Mesh >= trianglesByMesh.Length)
        {
            scene.Problems.Error(SceneProblemKind.DanglingReference, $"$.nodes[{index}].mesh", $"There is no mesh {node.Mesh}; the document has {trianglesByMesh.Length}.");
            return;
        }

        long instances = 1;
        if (node.Instances >= document.Accessors.Count)
        {
            scene.Problems.Error(SceneProblemKind.DanglingReference, $"$.nodes[{index}].extensions.EXT_mesh_gpu_instancing", $"There is no accessor {node.Instances}.");
        }
        else if (node.Instances >= 0)
        {
            instances = document.Accessors[node.Instances].Count;
        }

        Instances = Saturating.Add(Instances, instances);
        Triangles = Saturating.Add(Triangles, Saturating.Multiply(trianglesByMesh[node.Mesh], instances));
    }

    private void Open(GltfDocument.Span links, int depth, int parent)
    {
        // In reverse, so that the stack gives them back in the order of the file and problems are met in that order.
        for (int i = links.Count - 1; i >= 0; i--)
        {
            int child = document.Links[links.First + i];
            if (child < 0)
            {
                continue;       // not an index; already reported
            }

            if (child >= _visited.Length)
            {
                scene.Problems.Error(SceneProblemKind.DanglingReference, Location(i), $"There is no node {child}; the document has {_visited.Length}.");
            }
            else if (_visited[child])
            {
                scene.Problems.Error(SceneProblemKind.Cycle, Location(i), $"Node {child} already has a parent or is its own ancestor; nodes form trees.");
            }
            else
            {
                _visited[child] = true;
                _open.Push((child, depth));
            }
        }

        string Location(int i) => parent < 0 ? $"$.scenes[].nodes[{i}]" : $"$.nodes[{parent}].children[{i}]";
    }
}
