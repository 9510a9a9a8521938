Console.WriteLine("RenderFarm");
