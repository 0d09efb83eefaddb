declare module "*.png" {
  const dataUri: string;
  export default dataUri;
}
declare module "leaflet/dist/leaflet-src.js";
